/** Reaches people through a chat page, and programs through its REST and event-stream API. */
module dev.easel.web {
  requires transitive dev.easel.core;
  requires transitive io.javalin;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.databind;
  requires jakarta.servlet;
  requires java.desktop; // decodes what people send, to see that it is whole
  requires org.eclipse.jetty.http;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.util;
  requires org.slf4j;
  requires static transitive org.jspecify;

  exports dev.easel.web;
}
