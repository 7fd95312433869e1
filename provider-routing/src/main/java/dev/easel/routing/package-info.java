/** Several image providers as one: the first that can and may makes the picture. */
@NullMarked
package dev.easel.routing;

import org.jspecify.annotations.NullMarked;
