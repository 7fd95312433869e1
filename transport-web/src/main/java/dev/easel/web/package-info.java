/** A chat page, its REST and event-stream API: start at {@code WebTransport}. */
@NullMarked
package dev.easel.web;

import org.jspecify.annotations.NullMarked;
