/** How often something may be done, over all processes. */
@NullMarked
package dev.easel.limit;

import org.jspecify.annotations.NullMarked;
