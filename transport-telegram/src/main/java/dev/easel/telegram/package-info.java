/** Telegram as a transport: people write to a bot by long polling or webhook. */
@NullMarked
package dev.easel.telegram;

import org.jspecify.annotations.NullMarked;
