/** Grades processors. */
module com.example.grader {
  requires io.vmxlab;
}
