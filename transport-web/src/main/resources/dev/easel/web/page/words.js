// What the page says, in English and Russian.

const ENGLISH = {
  skip: "Skip to the message field",
  connecting: "Connecting…",
  open: "Connected",
  waiting: "Reconnecting…",
  theme: "Light or dark",
  fresh: "New conversation",
  hello: "What would you like to see?",
  hint: "Describe a picture, or attach one and say what to change.",
  log: "Conversation",
  down: "To the newest message",
  attached: "Attached pictures",
  attach: "Attach pictures",
  prompt: "Message",
  placeholder: "Describe a picture…",
  send: "Send",
  keys: "Enter sends, Shift+Enter starts a new line",
  drop: "Drop pictures here",
  viewer: "Picture",
  earlier: "Earlier picture",
  later: "Later picture",
  use: "Change this picture",
  save: "Download",
  close: "Close",
  remove: "Remove {0}",
  picture: "Picture: {0}",
  open_picture: "Open picture: {0}",
  untitled: "without a caption",
  you: "You",
  bot: "Easel",
  sending: "Sending…",
  offline: "Waiting for a connection…",
  retry: "Send again",
  change: "Edit",
  unsent: "Could not be sent.",
  pressed: "Could not reach the bot. Please press again.",
  progress: "Progress",
  percent: "{0} %",
  ready: "The picture is ready: {0}",
  too_many: "At most {0} pictures fit into one message.",
  too_large: "{0} is larger than 20 MB.",
  wrong_kind: "{0} is not a PNG, JPEG or WebP picture.",
  gone: "That picture is no longer there.",
  lost: "{0} has changed or is no longer there. Attach it again.",
  signin: "This bot wants a token.",
  token: "Token",
  wrong: "This token is not right.",
  enter: "Sign in",
  examples: [
    "A lighthouse by the sea at sunset",
    "A red fox asleep in fresh snow",
    "A quiet city street after rain, neon lights",
    "Mountains above a sea of clouds, watercolour",
  ],
};

const RUSSIAN = {
  skip: "К полю сообщения",
  connecting: "Соединяемся…",
  open: "На связи",
  waiting: "Восстанавливаем связь…",
  theme: "Светлая или тёмная тема",
  fresh: "Новая беседа",
  hello: "Что вы хотите увидеть?",
  hint: "Опишите картинку или приложите свою и скажите, что изменить.",
  log: "Беседа",
  down: "К последнему сообщению",
  attached: "Приложенные картинки",
  attach: "Приложить картинки",
  prompt: "Сообщение",
  placeholder: "Опишите картинку…",
  send: "Отправить",
  keys: "Enter — отправить, Shift+Enter — новая строка",
  drop: "Отпустите картинки здесь",
  viewer: "Картинка",
  earlier: "Предыдущая картинка",
  later: "Следующая картинка",
  use: "Изменить эту картинку",
  save: "Скачать",
  close: "Закрыть",
  remove: "Убрать {0}",
  picture: "Картинка: {0}",
  open_picture: "Открыть картинку: {0}",
  untitled: "без подписи",
  you: "Вы",
  bot: "Easel",
  sending: "Отправляем…",
  offline: "Ждём соединения…",
  retry: "Отправить снова",
  change: "Изменить",
  unsent: "Не удалось отправить.",
  pressed: "Бот не отвечает. Нажмите ещё раз.",
  progress: "Ход работы",
  percent: "{0} %",
  ready: "Картинка готова: {0}",
  too_many: "В одно сообщение помещается не больше {0} картинок.",
  too_large: "{0} больше 20 МБ.",
  wrong_kind: "{0} — не PNG, JPEG или WebP.",
  gone: "Этой картинки больше нет.",
  lost: "Файл {0} изменился или исчез. Приложите его снова.",
  signin: "Этому боту нужен токен.",
  token: "Токен",
  wrong: "Токен не подошёл.",
  enter: "Войти",
  examples: [
    "Маяк у моря на закате",
    "Рыжая лиса спит на свежем снегу",
    "Тихая улица после дождя, неоновые огни",
    "Горы над морем облаков, акварель",
  ],
};

const russian = (navigator.language || "").toLowerCase().startsWith("ru");
const words = russian ? RUSSIAN : ENGLISH;

/** A text in the person's language; {0} becomes the first argument. */
export function say(key, ...args) {
  return words[key].replace(/\{(\d)\}/g, (_, i) => String(args[Number(i)]));
}

export const examples = words.examples;

/** Puts the texts into the page's own markup. */
export function translate(root = document) {
  document.documentElement.lang = russian ? "ru" : "en";
  for (const node of root.querySelectorAll("[data-text]")) {
    node.textContent = say(node.dataset.text);
  }
  for (const node of root.querySelectorAll("[data-label]")) {
    const text = say(node.dataset.label);
    node.setAttribute("aria-label", text);
    if (node.matches("button, a")) {
      node.title = text;
    }
  }
  for (const node of root.querySelectorAll("[data-placeholder]")) {
    node.placeholder = say(node.dataset.placeholder);
  }
}
