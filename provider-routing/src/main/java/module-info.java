/** Several image providers as one. */
module dev.easel.routing {
  requires com.fasterxml.jackson.databind;
  requires io.github.resilience4j.circuitbreaker;
  requires io.github.resilience4j.core;
  requires org.slf4j;
  requires transitive dev.easel.core;
  requires static transitive org.jspecify;

  exports dev.easel.routing;
}
