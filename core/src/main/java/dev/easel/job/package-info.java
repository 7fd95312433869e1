/**
 * Everything that must not be lost is a job: what a queue promises to those who ask and to those
 * who do.
 */
@NullMarked
package dev.easel.job;

import org.jspecify.annotations.NullMarked;
