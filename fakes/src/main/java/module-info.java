/** Servers that stand in for platforms and image services in tests. */
module dev.easel.fakes {
  requires com.fasterxml.jackson.databind;
  requires io.javalin;
  requires java.desktop;
  requires java.net.http;
  requires static transitive org.jspecify;

  exports dev.easel.fakes.images;
  exports dev.easel.fakes.telegram;
}
