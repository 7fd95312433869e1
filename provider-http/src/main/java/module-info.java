/** Image services that are reached over HTTP. */
module dev.easel.http {
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires java.desktop;
  requires kotlin.stdlib;
  requires okio;
  requires org.slf4j;
  requires transitive dev.easel.core;
  requires transitive okhttp3;
  requires static transitive org.jspecify;

  exports dev.easel.http;
}
