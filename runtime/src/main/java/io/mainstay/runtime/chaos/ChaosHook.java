package io.mainstay.runtime.chaos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A service of administrator alerts, of the run's own: takes posts that are signed with its key, or
 * does not, as it is told. Thread-safe.
 */
final class ChaosHook implements AutoCloseable {
  private static final int TAKEN = 204;
  private static final int UNAUTHORIZED = 401;
  private static final String SIGNATURE = "X-Mainstay-Signature";
  private static final String ALGORITHM = "HmacSHA256";

  private final Path home;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger keys = new AtomicInteger();
  private volatile String key;
  private volatile int answer = TAKEN;
  private volatile int retryAfterSeconds;

  private ChaosHook(Path home, HttpServer server) {
    this.home = home;
    this.server = server;
    this.key = nextKey();
  }

  /** Listens, and leaves its address and key where the settings of a node name them. */
  static ChaosHook start(Path home) throws IOException {
    ChaosHook hook =
        new ChaosHook(
            home, HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
    hook.server.setExecutor(hook.threads);
    hook.server.createContext("/", hook::answer);
    hook.server.start();
    write(addressFile(home), "http://127.0.0.1:" + hook.server.getAddress().getPort() + "/alerts");
    hook.tellKey();
    return hook;
  }

  static Path addressFile(Path home) {
    return home.resolve("hook-address");
  }

  static Path keyFile(Path home) {
    return home.resolve("hook-key");
  }

  /**
   * From now on it takes none, and says after how long it may be called again; 0 to say nothing.
   */
  void refuses(int status, int afterSeconds) {
    retryAfterSeconds = afterSeconds;
    answer = status;
  }

  /** From now on it takes what is signed with its key. */
  void takes() {
    answer = TAKEN;
  }

  /** From now on it knows another key, which is left nowhere yet. */
  void changeKey() {
    key = nextKey();
  }

  /** Leaves its key where the node reads it. */
  void tellKey() throws IOException {
    write(keyFile(home), key);
  }

  private String nextKey() {
    return "key-of-a-chaos-run-" + keys.incrementAndGet();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      int status = isSigned(exchange, body) ? answer : UNAUTHORIZED;
      if (status != TAKEN && retryAfterSeconds > 0) {
        exchange.getResponseHeaders().set("Retry-After", String.valueOf(retryAfterSeconds));
      }
      exchange.sendResponseHeaders(status, -1);
    }
  }

  private boolean isSigned(HttpExchange exchange, byte[] body) {
    String said = String.valueOf(exchange.getRequestHeaders().getFirst(SIGNATURE));
    int comma = said.indexOf(',');
    if (!said.startsWith("t=") || comma < 0) {
      return false;
    }
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM));
      mac.update((said.substring(2, comma) + ".").getBytes(StandardCharsets.US_ASCII));
      return said.endsWith("v1=" + HexFormat.of().formatHex(mac.doFinal(body)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java has " + ALGORITHM, impossible);
    }
  }

  /** Whole, or not at all: the node may read it at any moment. */
  private static void write(Path file, String line) throws IOException {
    Path half = file.resolveSibling(file.getFileName() + ".half");
    Files.writeString(half, line + "\n");
    Files.setPosixFilePermissions(half, PosixFilePermissions.fromString("rw-------"));
    Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
