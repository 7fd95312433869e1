/** Easel: an SDK for image-generation bots. Start at {@code dev.easel.bot}. */
@NullMarked
package dev.easel;

import org.jspecify.annotations.NullMarked;
