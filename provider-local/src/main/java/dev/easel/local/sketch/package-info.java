/** Draws procedural pictures: the same words, seed and size give the same picture. */
@NullMarked
package dev.easel.local.sketch;

import org.jspecify.annotations.NullMarked;
