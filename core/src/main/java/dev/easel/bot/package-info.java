/** The bot that joins the parts, and its engine for programs that have a bot already. */
@NullMarked
package dev.easel.bot;

import org.jspecify.annotations.NullMarked;
