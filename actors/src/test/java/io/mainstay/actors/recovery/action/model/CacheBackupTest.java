package io.mainstay.actors.recovery.action.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mainstay.actors.device.CachedCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheBackupTest {
  @TempDir Path root;

  @Test
  void soundCopies_arePutAsideOnce_andFoundByTheirOriginal() throws IOException {
    CachedCopy sound = copy("aa-cpu", "content", "sum", "");
    CachedCopy damaged = copy("bb-cpu", "spoiled", "sum", "its bytes are not its sum's");
    CacheBackup backup = backup(1_000);
    assertEquals(
        "1 copies put aside, 1 of them new, 7 bytes", backup.save(List.of(sound, damaged)));
    assertEquals(
        "1 copies put aside, 0 of them new, 7 bytes", backup.save(List.of(sound, damaged)));
    CacheBackup.Saved saved = backup.of("aa").get(0);
    assertEquals("aa-cpu", saved.key());
    assertEquals("sum", saved.sha256());
    assertEquals("content", Files.readString(saved.file()));
    assertTrue(backup.of("bb").isEmpty(), "damage is not kept");
  }

  @Test
  void newerCopyOfTheSameOriginal_takesThePlaceOfTheOlder() throws IOException {
    CacheBackup backup = backup(1_000);
    backup.save(List.of(copy("aa-cpu", "one", "sum-1", "")));
    backup.save(List.of(copy("aa-cpu", "two", "sum-2", "")));
    assertEquals("sum-2", backup.of("aa").get(0).sha256());
    assertEquals("two", Files.readString(backup.of("aa").get(0).file()));
  }

  @Test
  void beyondItsBound_theOldestGoes_andWhatIsLargerIsNotTaken() throws IOException {
    CacheBackup backup = backup(10);
    backup.save(List.of(copy("old-cpu", "123456", "s1", "")));
    Files.setLastModifiedTime(backup.of("old").get(0).file(), FileTime.fromMillis(1));
    backup.save(List.of(copy("new-cpu", "123456", "s2", "")));
    assertTrue(backup.of("old").isEmpty());
    assertEquals(1, backup.of("new").size());
    backup.save(List.of(copy("huge-cpu", "12345678901", "s3", "")));
    assertTrue(backup.of("huge").isEmpty());
  }

  @Test
  void beforeTheFirst_thereIsNone() {
    assertTrue(backup(10).of("aa").isEmpty());
  }

  private CacheBackup backup(long most) {
    return new CacheBackup(root.resolve("backup"), most);
  }

  private CachedCopy copy(String key, String content, String sum, String problem)
      throws IOException {
    Path file = Files.writeString(root.resolve(key + ".onnx"), content);
    return new CachedCopy(key, file.toString(), sum, content.length(), problem);
  }
}
