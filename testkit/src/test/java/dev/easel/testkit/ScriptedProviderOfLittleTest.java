package dev.easel.testkit;

import dev.easel.image.Capabilities;
import dev.easel.image.ImageProvider;

/** The contract also holds for a provider that can do next to nothing and says so. */
class ScriptedProviderOfLittleTest extends ImageProviderContract {
  @Override
  protected ImageProvider newProvider() {
    return new ScriptedProvider(Capabilities.builder("little").build());
  }

  @Override
  protected ImageProvider newSlowProvider() {
    ScriptedProvider provider = new ScriptedProvider(Capabilities.builder("little").build());
    return provider.always(
        ScriptedProvider.checkpoint("begun"), ScriptedProvider.hangUntilCancelled());
  }
}
