/** For authors of adapters and bots: extend a contract, script a user, set the clock. */
@NullMarked
package dev.easel.testkit;

import org.jspecify.annotations.NullMarked;
