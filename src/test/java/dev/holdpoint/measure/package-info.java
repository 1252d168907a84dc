/** Figures for docs/performance.md, taken by the scripts deploy/measure-*; no part of the tests. */
@NullMarked
package dev.holdpoint.measure;

import org.jspecify.annotations.NullMarked;
