/** What the servers that stand in for others have in common. */
@NullMarked
package dev.easel.fakes;

import org.jspecify.annotations.NullMarked;
