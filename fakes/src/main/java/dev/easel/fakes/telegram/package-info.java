/** A server that behaves as Telegram's Bot API does, and the people who write to its bots. */
@NullMarked
package dev.easel.fakes.telegram;

import org.jspecify.annotations.NullMarked;
