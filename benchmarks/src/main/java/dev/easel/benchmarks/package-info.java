/** What the parts cost, measured by hand; the figures stand in {@code docs/benchmarks.md}. */
@NullMarked
package dev.easel.benchmarks;

import org.jspecify.annotations.NullMarked;
