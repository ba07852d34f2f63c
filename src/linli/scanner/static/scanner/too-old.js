/* For browsers without modules: say so, in plain words, without anything modern. */
(function () {
  var box = document.getElementById('app');
  if (!box) return;
  box.innerHTML = '';
  var add = function (tag, text) {
    var element = document.createElement(tag);
    element.appendChild(document.createTextNode(text));
    box.appendChild(element);
    return element;
  };
  add('h1', '这个浏览器太旧 · This browser is too old');
  add('p', '门岗扫证要 Chrome 97 或 Safari 16.4 以上。请看“手机检查”，或用办公室给的在线登记表。');
  add('p', 'The scanner needs Chrome 97 or Safari 16.4. See the device check, or use the office\'s online form.');
  var link = add('a', '手机检查 · Device check');
  link.href = '/device-check';
})();
