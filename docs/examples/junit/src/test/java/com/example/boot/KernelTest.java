package com.example.boot;

import io.vmxlab.junit.BootImage;
import io.vmxlab.junit.BootedImage;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class KernelTest {
  @TestFactory
  @BootImage("src/test/images/kernel.bin")
  Stream<DynamicTest> kernel(BootedImage image) {
    return image.tests();
  }

  @TestFactory
  @BootImage(value = "src/test/images/kernel.bin", cpus = 2, memory = "64M", timeout = 60)
  Stream<DynamicTest> kernelOnTwoProcessors(BootedImage image) {
    return image.tests();
  }
}
