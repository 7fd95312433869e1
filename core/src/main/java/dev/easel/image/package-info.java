/** What a person wants made, and who makes it. */
@NullMarked
package dev.easel.image;

import org.jspecify.annotations.NullMarked;
