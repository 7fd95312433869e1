package dev.easel.testkit;

import dev.easel.Backend;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the contracts of a backend's parts need: an empty backend for each test, and time. */
abstract class BackendContract {
  private @Nullable Backend backend;

  /** Opens an empty backend; the contract closes it. */
  protected abstract Backend newBackend() throws Exception;

  /** Lets time pass for the backend: moves its clock, or sleeps where the server keeps time. */
  protected abstract void pass(Duration time) throws InterruptedException;

  @BeforeEach
  void openBackend() throws Exception {
    backend = newBackend();
  }

  @AfterEach
  void closeBackend() {
    if (backend != null) {
      backend.close();
    }
  }

  final Backend backend() {
    if (backend == null) {
      throw new IllegalStateException("no backend was opened");
    }
    return backend;
  }
}
