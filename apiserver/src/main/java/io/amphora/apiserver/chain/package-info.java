/// From a request to its reply: who asks, may they, and who answers.
@NullMarked
package io.amphora.apiserver.chain;

import org.jspecify.annotations.NullMarked;
