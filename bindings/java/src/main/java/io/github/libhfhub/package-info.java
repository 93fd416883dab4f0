/**
 * The Hugging Face Hub from Java: {@link io.github.libhfhub.Session} downloads files and repositories, uploads, and calls anything
 * of the Hub's REST API. Slow calls give an {@link io.github.libhfhub.Operation}: wait for it, or take its future.
 */
package io.github.libhfhub;
