/** Servers that speak the protocols of image services, make small pictures, and keep count. */
@NullMarked
package dev.easel.fakes.images;

import org.jspecify.annotations.NullMarked;
