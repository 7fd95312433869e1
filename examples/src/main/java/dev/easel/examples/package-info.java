/** The complete bot as a program, and short programs that embed the SDK. */
@NullMarked
package dev.easel.examples;

import org.jspecify.annotations.NullMarked;
