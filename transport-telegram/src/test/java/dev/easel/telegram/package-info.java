/** Tests of Telegram as a transport. */
@NullMarked
package dev.easel.telegram;

import org.jspecify.annotations.NullMarked;
