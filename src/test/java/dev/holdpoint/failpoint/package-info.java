/**
 * At which points may the service die? A Java agent for tests only: it marks the steps of the packaged program and ends
 * the process at one of them. The program itself knows nothing of it. In the process under test these classes are loaded
 * by the bootstrap loader, so they use nothing but the JDK. Start reading at {@link dev.holdpoint.failpoint.Trap}.
 */
@NullMarked
package dev.holdpoint.failpoint;

import org.jspecify.annotations.NullMarked;
