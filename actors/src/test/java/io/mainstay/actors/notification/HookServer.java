package io.mainstay.actors.notification;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A real receiver of webhooks, which answers what it is told to. */
public final class HookServer implements AutoCloseable {
  /** One POST. */
  public record Post(String body, String signature, String idempotencyKey, String contentType) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Post> posts = new CopyOnWriteArrayList<>();
  private final List<Instant> calls = new CopyOnWriteArrayList<>();
  private volatile int answer = 204;
  private volatile int retryAfter;
  private volatile String key = "";
  private volatile Instant lastRefusal = Instant.MIN;

  private HookServer(HttpServer server) {
    this.server = server;
  }

  public static HookServer started() throws IOException {
    HookServer hook =
        new HookServer(
            HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    hook.server.setExecutor(hook.threads);
    hook.server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          var headers = exchange.getRequestHeaders();
          hook.calls.add(Instant.now());
          int status = hook.status(body, headers.getFirst("X-Mainstay-Signature"));
          if (status < 300) {
            hook.posts.add(
                new Post(
                    body,
                    headers.getFirst("X-Mainstay-Signature"),
                    headers.getFirst("Idempotency-Key"),
                    headers.getFirst("Content-Type")));
          }
          if (status == 429 && hook.retryAfter > 0) {
            exchange.getResponseHeaders().set("Retry-After", String.valueOf(hook.retryAfter));
          }
          if (status >= 300) {
            hook.lastRefusal = Instant.now();
          }
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    hook.server.start();
    return hook;
  }

  /** From now on; below 300 a post is kept. */
  public void answers(int status) {
    answer = status;
  }

  /** The same, and says after how many seconds it may be called again. */
  public void answersRetryAfter(int status, int seconds) {
    retryAfter = seconds;
    answer = status;
  }

  /** From now on a post that is not signed with that key is answered by 401. */
  public void demands(String wanted) {
    key = wanted;
  }

  private int status(String body, String signature) {
    if (key.isEmpty()) {
      return answer;
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      String time = signature.substring(2, signature.indexOf(','));
      byte[] signed = mac.doFinal((time + "." + body).getBytes(StandardCharsets.UTF_8));
      return signature.endsWith("v1=" + HexFormat.of().formatHex(signed)) ? answer : 401;
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** When it was called, taken or not. */
  public List<Instant> calls() {
    return List.copyOf(calls);
  }

  /** When it took none for the last time. */
  public Instant lastRefusal() {
    return lastRefusal;
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hooks/a-secret-path";
  }

  /** Those that it took. */
  public List<Post> posts() {
    return List.copyOf(posts);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
