package dev.easel.web;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what Jetty refuses before any route is asked, such as a path with encoded slashes. */
final class BadRequests extends ErrorHandler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    Problem.Kind kind = status >= 500 ? Problem.Kind.FAILED : Problem.Kind.MALFORMED;
    response.setStatus(kind.status());
    HttpFields.Mutable headers = response.getHeaders();
    headers.put(HttpHeader.CONTENT_TYPE, "application/problem+json");
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
    Guard.HEADERS.forEach(headers::put);
    Optional<Locale> locale =
        Languages.parse(Optional.ofNullable(request.getHeaders().get(HttpHeader.ACCEPT_LANGUAGE)));
    byte[] body = Problems.json(Problem.of(kind), locale);
    response.write(true, ByteBuffer.wrap(body), callback);
    return true;
  }
}
