/** Pictures made on this machine, with no key and no network: sketches, filters, an upscaler. */
@NullMarked
package dev.easel.local;

import org.jspecify.annotations.NullMarked;
