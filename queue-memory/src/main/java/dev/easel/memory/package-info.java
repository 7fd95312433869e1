/** A backend that keeps everything in this process, and ends with it. */
@NullMarked
package dev.easel.memory;

import org.jspecify.annotations.NullMarked;
