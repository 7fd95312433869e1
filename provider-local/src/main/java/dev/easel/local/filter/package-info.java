/** Classic image processing, asked for in words. */
@NullMarked
package dev.easel.local.filter;

import org.jspecify.annotations.NullMarked;
