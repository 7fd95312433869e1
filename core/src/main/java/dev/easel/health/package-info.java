/** How a part says that it is well. */
@NullMarked
package dev.easel.health;

import org.jspecify.annotations.NullMarked;
