/** Image services that are reached over HTTP: OpenAI and its like, WebUI, ComfyUI, fal. */
@NullMarked
package dev.easel.http;

import org.jspecify.annotations.NullMarked;
