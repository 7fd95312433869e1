package dev.easel.fakes.images;

import com.fasterxml.jackson.databind.JsonNode;

/** A request that the service answers with an error. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  private final int status;
  private final transient JsonNode body;

  Refusal(int status, JsonNode body) {
    super("status " + status);
    this.status = status;
    this.body = body;
  }

  int status() {
    return status;
  }

  JsonNode body() {
    return body;
  }
}
