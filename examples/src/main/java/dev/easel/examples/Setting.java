package dev.easel.examples;

import java.util.Locale;

/**
 * What can be set from outside: by a variable of the environment, or by an option of the same name.
 */
enum Setting {
  EASEL_HTTP_HOST("127.0.0.1", "address that the chat page listens on"),
  EASEL_HTTP_PORT("8080", "its port; 0 takes a free one"),
  EASEL_HTTP_ALLOWED_HOSTS(
      "", "further names under which the page is reached, separated by commas"),
  EASEL_HTTP_TRUSTED_PROXIES(
      "", "addresses of proxies whose X-Forwarded-For is believed, separated by commas"),
  EASEL_WEB_TOKEN("", "a secret of at least 16 characters that the page asks for"),
  EASEL_WEB_PUBLIC("false", "true: the page may be reached from other machines without a token"),
  TELEGRAM_BOT_TOKEN("", "token of a Telegram bot, which is then served beside the chat page"),
  TELEGRAM_WEBHOOK_URL(
      "", "public https address that Telegram pushes to; without it the bot asks for updates"),
  TELEGRAM_WEBHOOK_SECRET(
      "", "with a webhook: 16 to 256 of letters, digits, _ and -, which Telegram proves itself by"),
  TELEGRAM_POLL_TIMEOUT("50s", "how long one question for updates waits, 1s to 50s"),
  TELEGRAM_ALLOWED_UPDATES(
      "message,callback_query,my_chat_member", "kinds of updates that Telegram sends"),
  TELEGRAM_API_URL("https://api.telegram.org", "another Bot API server"),
  EASEL_ROLES(
      "front,worker",
      "what this process does: front (talks to people), worker (makes pictures), or both"),
  EASEL_BACKEND(
      "memory", "where jobs wait: memory, or redis://host:port to share them with other processes"),
  EASEL_QUEUE("images", "name of the queue, so that several bots share a backend"),
  EASEL_WORKERS("2", "pictures made at once, never more than the provider takes"),
  EASEL_PROVIDER(
      "local",
      "who makes the pictures, in order of preference: local, openai, webui, comfyui, fal"),
  OPENAI_API_KEY("", "key of OpenAI, or of a server that speaks as it does"),
  OPENAI_BASE_URL("", "address of such a server, with its path: http://127.0.0.1:1234/v1"),
  OPENAI_IMAGE_MODEL("", "name of its model"),
  EASEL_OPENAI_PROFILE(
      "", "how such a server differs: openai, compatible, sd-server, localai, vllm-omni"),
  EASEL_WEBUI_URL("", "address of an AUTOMATIC1111 or Forge, started with --api"),
  EASEL_WEBUI_AUTH("", "its user:password, if it has one"),
  EASEL_COMFYUI_URL("", "address of a ComfyUI"),
  EASEL_COMFYUI_WORKFLOW("", "file of a workflow of your own, in API format"),
  FAL_KEY("", "key of fal"),
  FAL_MODEL_GENERATE("", "its model for pictures from words"),
  FAL_MODEL_EDIT("", "its model for edits"),
  FAL_MODEL_UPSCALE("", "its model for larger pictures"),
  FAL_MODEL_REMOVE_BACKGROUND("", "its model for cutting out"),
  FAL_MODEL_SWAP_FACES("", "its model for swapping faces"),
  EASEL_DATA_DIR("./data", "folder for pictures"),
  EASEL_IMAGE_STORE(
      "", "where pictures are kept: folder, memory, or redis; redis with Redis, else folder"),
  EASEL_KEEP_IMAGES("7d", "how long pictures are kept"),
  EASEL_LIMIT_JOBS_PER_MINUTE("10", "pictures one person may ask for in a minute; 0: no limit"),
  EASEL_LIMIT_WAITING("3", "pictures of one person that may wait"),
  EASEL_LIMIT_QUEUE("10000", "pictures of all people that may wait"),
  EASEL_LIMIT_CONVERSATIONS("30", "new web conversations of one address in an hour; 0: no limit"),
  EASEL_LIMIT_MESSAGES("120", "web messages of one address in a minute; 0: no limit"),
  EASEL_STOP_TIMEOUT("90s", "how long pictures in the making may take to finish on a stop"),
  EASEL_LOCALE("en", "language for people whose own is unknown: en or ru"),
  EASEL_LOG_LEVEL("info", "how much is logged: error, warn, info or debug");

  private final String otherwise;
  private final String description;

  Setting(String otherwise, String description) {
    this.otherwise = otherwise;
    this.description = description;
  }

  /** The value when nothing is said; may be empty. */
  String otherwise() {
    return otherwise;
  }

  String description() {
    return description;
  }

  /** {@code EASEL_HTTP_PORT} is {@code --http-port}. */
  String option() {
    String name = name().toLowerCase(Locale.ROOT).replace('_', '-');
    return "--" + (name.startsWith("easel-") ? name.substring("easel-".length()) : name);
  }
}
