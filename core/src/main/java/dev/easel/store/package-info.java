/** Where pictures and small states are kept. */
@NullMarked
package dev.easel.store;

import org.jspecify.annotations.NullMarked;
