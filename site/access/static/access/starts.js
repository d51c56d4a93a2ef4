/* What the framework starts by scripts written in its pages is started from here, so that no page needs any: calendars and lists of rows. */
(() => {
    const starters = {
        date: (config, id) => window.initDateChooser(id, config),
        datetime: (config, id) => window.initDateTimeChooser(id, config),
        time: (config, id) => window.initTimeChooser(id, config),
        panel: (config) => new window.InlinePanel(config),
    };

    const start = () => {
        for (const mark of document.querySelectorAll("template[data-starts]:not([data-started])")) {
            mark.dataset.started = "";
            starters[mark.dataset.starts](JSON.parse(mark.dataset.config), mark.dataset.for);
        }
    };

    document.addEventListener("DOMContentLoaded", () => {
        start();
        new MutationObserver(start).observe(document.body, { childList: true, subtree: true });
    });
})();
