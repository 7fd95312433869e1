/** The queue, limits, states, timelines and pictures of many processes, in one Redis. */
@NullMarked
package dev.easel.redis;

import org.jspecify.annotations.NullMarked;
