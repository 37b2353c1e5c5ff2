package io.mainstay.actors.notification;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real receiver of webhooks, which answers what it is told to. */
public final class HookServer implements AutoCloseable {
  /** One POST. */
  public record Post(String body, String signature, String idempotencyKey, String contentType) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Post> posts = new CopyOnWriteArrayList<>();
  private volatile int answer = 204;

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
          int status = hook.answer;
          if (status < 300) {
            hook.posts.add(
                new Post(
                    body,
                    headers.getFirst("X-Mainstay-Signature"),
                    headers.getFirst("Idempotency-Key"),
                    headers.getFirst("Content-Type")));
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
