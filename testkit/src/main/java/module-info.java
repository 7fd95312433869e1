/** Contracts for adapters, a scripted user and provider, and a clock that can be set. */
module dev.easel.testkit {
  requires java.desktop;
  requires transitive dev.easel.core;
  requires transitive org.junit.jupiter.api;
  requires transitive org.assertj.core;
  requires static transitive org.jspecify;

  exports dev.easel.testkit;

  // the promises stand in package-private classes that the contracts extend
  opens dev.easel.testkit to
      org.junit.platform.commons;
}
