/**
 * What can a sandbox reach?
 *
 * <p>One rule: private addresses, the addresses of clouds' metadata and this host are closed in every mode, and where a rule
 * can't be set nothing is opened. Names are resolved once, and what was checked is what is connected to.
 *
 * <p>Start reading at {@link dev.holdpoint.sandbox.network.BridgeFirewall} and
 * {@link dev.holdpoint.sandbox.network.EgressProxy}.
 */
@NullMarked
package dev.holdpoint.sandbox.network;

import org.jspecify.annotations.NullMarked;
