/** How people reach the bot, and how it answers, on any platform. */
@NullMarked
package dev.easel.chat;

import org.jspecify.annotations.NullMarked;
