/** Makes pictures larger: by a small neural network, or by a classic filter. */
@NullMarked
package dev.easel.local.upscale;

import org.jspecify.annotations.NullMarked;
