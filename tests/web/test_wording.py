"""How templates say their texts."""

import re

from tests.web.world import World


def test_a_text_of_a_template_is_worded_as_the_extension_words_it(world: World) -> None:
    """Values are escaped, signs that format stand as they are, and another request is answered in its own language."""
    template = "{{ _('您正在代%(name)s办理，记录中会写明。', name='<b>') }} {{ _('新') }} {{ _('100%%') }}"
    app = world.person("street_duty").app
    with app.test_request_context("/", headers={"Cookie": "yongzhi_language=zh"}):
        assert app.jinja_env.from_string(template).render() == "您正在代&lt;b&gt;办理，记录中会写明。 新 100%"
    with app.test_request_context("/", headers={"Cookie": "yongzhi_language=en"}):
        said = app.jinja_env.from_string(template).render()
        assert "&lt;b&gt;" in said and "代" not in said and said.endswith("100%")


def test_no_template_opens_a_form_in_a_paragraph(world: World) -> None:
    """A browser closes the paragraph before a form, a list or a block: what should stand in it stands behind it."""
    environment = world.person("street_duty").app.jinja_env
    blocks = re.compile(r"post_button\(|field_errors\(|empty_state\(|<(?:form|div|ul|ol|dl|table|details|section)\b")
    for name in environment.list_templates(extensions=["html"]):
        text = environment.loader.get_source(environment, name)[0]
        for found in re.finditer(r"<p\b[^>]*>((?:(?!</p>).)*)</p>", text, re.S):
            assert not blocks.search(found[1]), (name, found[0])
