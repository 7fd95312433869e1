package dev.easel.routing;

import dev.easel.image.ImageProvider;
import dev.easel.testkit.ImageProviderContract;
import dev.easel.testkit.ScriptedProvider;

class RoutingProviderContractTest extends ImageProviderContract {
  @Override
  protected ImageProvider newProvider() {
    return RoutingProvider.builder().add(new ScriptedProvider()).build();
  }

  @Override
  protected ImageProvider newSlowProvider() {
    return RoutingProvider.builder()
        .add(new ScriptedProvider().always(ScriptedProvider.hangUntilCancelled()))
        .build();
  }
}
